"""What somebody draws in the modeller with the mouse: where things stand on the screen."""

from tests.browser.modelling import Desk

CENTRE = """(id) => {
  const { modeler } = document.querySelector('[data-modeller]');
  const canvas = modeler.get('canvas'), box = canvas.viewbox();
  const element = modeler.get('elementRegistry').get(id);
  const edge = canvas.getContainer().getBoundingClientRect();
  const spot = element.waypoints ? halfway(element.waypoints) : { x: element.x + element.width / 2, y: element.y + element.height / 2 };
  return [edge.left + (spot.x - box.x) * box.scale, edge.top + (spot.y - box.y) * box.scale];
  function halfway(points) {
    const longest = points.slice(1).map((to, at) => [points[at], to]).sort((one, two) => length(two) - length(one))[0];
    return { x: (longest[0].x + longest[1].x) / 2, y: (longest[0].y + longest[1].y) / 2 };
  }
  function length([from, to]) { return Math.hypot(to.x - from.x, to.y - from.y); }
}"""
SHOW = """(ids) => {
  const { modeler } = document.querySelector('[data-modeller]');
  modeler.get('canvas').zoom(0.6);
  modeler.get('canvas').scrollToElement(ids[0], 250);
}"""
CHOSEN = "() => document.querySelector('[data-modeller]').modeler.get('selection').get()[0]?.id"
LANES = """() => document.querySelector('[data-modeller]').modeler.get('elementRegistry')
  .filter(({ type }) => type === 'bpmn:Lane').map(({ id }) => id)"""
NAMED = """(name) => document.querySelector('[data-modeller]').modeler.get('elementRegistry')
  .find((element) => element.businessObject?.name === name && !element.labelTarget)?.id"""
BETWEEN = """([from, to]) => document.querySelector('[data-modeller]').modeler.get('elementRegistry')
  .find(({ waypoints, source, target }) => waypoints && source.id === from && target.id === to)?.id"""


class Pen:
    """The mouse in the modeller."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.page = desk, desk.page

    def show(self, element: str) -> None:
        """Bring an element into view."""
        self.page.evaluate(SHOW, [element])

    def spot(self, element: str) -> tuple[float, float]:
        """Return where an element stands on the screen: its middle, of a line its longest part's."""
        x, y = self.page.evaluate(CENTRE, element)
        return x, y

    def beside(self, element: str, action: str) -> None:
        """Press a button of the pad that appears beside a chosen element."""
        self.desk.choose(element)
        self.page.locator(f".djs-context-pad [data-action='{action}']").click()

    def put(self, tool: str, at: tuple[float, float]) -> str:
        """Take something from the palette, put it down and return its id."""
        self.page.locator(f".djs-palette [data-action='{tool}']").click()
        self.page.mouse.move(at[0] + 4, at[1] + 4)
        self.page.mouse.move(*at, steps=4)
        self.page.mouse.click(*at)
        return self.chosen()

    def drag(self, element: str, to: tuple[float, float]) -> None:
        """Drag an element somewhere else."""
        self.page.mouse.move(*self.spot(element))
        self.page.mouse.down()
        self.page.mouse.move(to[0] - 6, to[1] - 6, steps=6)
        self.page.mouse.move(*to, steps=3)
        self.page.mouse.up()

    def lane_above(self, pool: str) -> str:
        """Add a lane above the others and return its id."""
        before = self.page.evaluate(LANES)
        self.beside(pool, "lane-insert-above")
        return next(one for one in self.page.evaluate(LANES) if one not in before)

    def connect(self, source: str, target: str) -> str:
        """Draw a line from one element to another and return its id."""
        self.beside(source, "connect")
        self.page.mouse.move(*self.spot(target), steps=6)
        self.page.mouse.click(*self.spot(target))
        return self.between(source, target)

    def chosen(self) -> str:
        """Return the id of what is chosen."""
        return str(self.page.evaluate(CHOSEN))

    def named(self, name: str) -> str:
        """Return the id of an element by its name."""
        return str(self.page.evaluate(NAMED, name))

    def between(self, source: str, target: str) -> str:
        """Return the id of the line between two elements."""
        return str(self.page.evaluate(BETWEEN, [source, target]))
