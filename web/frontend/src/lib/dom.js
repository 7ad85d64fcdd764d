/** Makes an element: `make('a', { href: '/', class: 'btn' }, 'text', child)`; text is never read as HTML. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

export const icon = (name) => make('i', { class: `bi bi-${name}`, 'aria-hidden': 'true' });

/** Runs `wire` on every match now and in whatever is put into the page later. */
export function onEvery(selector, wire) {
  const seen = new WeakSet();
  const look = (root) => {
    const found = [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
    for (const element of found) if (!seen.has(element)) { seen.add(element); wire(element); }
  };
  look(document);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE) look(node);
  }).observe(document.documentElement, { childList: true, subtree: true });
}
