// Arrows, plus, minus and nought move about in a drawing that has the focus.
const STEP = 60; // pixels per arrow key
const DIRECTIONS = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };

export function move(event, canvas) {
  const direction = DIRECTIONS[event.key];
  if (direction) canvas.scroll({ dx: direction[0], dy: direction[1] });
  else if (event.key === '+' || event.key === '=') canvas.zoom(canvas.zoom() * 1.2);
  else if (event.key === '-') canvas.zoom(canvas.zoom() / 1.2);
  else if (event.key === '0') canvas.zoom('fit-viewport', 'auto');
  else return;
  event.preventDefault();
}
