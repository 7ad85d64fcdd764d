// <section class="sw-slip" data-slip>: a slip of paper. It is filled in for the printer alone and empty again at once.

/** Prints the slip; `values` go to the places `data-slip-<name>`. */
export function printSlip(slip, values) {
  for (const [name, text] of Object.entries(values)) slip.querySelector(`[data-slip-${name}]`).textContent = text;
  const root = document.documentElement;
  root.dataset.printing = 'slip';
  const over = () => {
    delete root.dataset.printing;
    for (const name of Object.keys(values)) slip.querySelector(`[data-slip-${name}]`).textContent = '';
  };
  window.addEventListener('afterprint', over, { once: true });
  window.addEventListener('pagehide', over, { once: true });
  window.print();
}
