// A rehearsal's page: the slider goes to the step it stands at, and an event's form shows what that event needs.

const slider = document.querySelector('[data-rehearsal-slider]');
slider?.addEventListener('change', () => {
  const address = new URL(window.location.href);
  address.searchParams.set('at', slider.value);
  address.searchParams.delete('item');
  window.location.assign(address);
});
slider?.addEventListener('input', () => { slider.setAttribute('aria-valuetext', slider.dataset.words.split('\n')[Number(slider.value)] ?? ''); });

const chooser = document.querySelector('[data-rehearsal-event]');
function needed() {
  for (const field of document.querySelectorAll('[data-for]')) {
    field.hidden = !field.dataset.for.split(' ').includes(chooser.value);
    field.querySelectorAll('input, select').forEach((input) => { input.disabled = field.hidden; });
  }
}
chooser?.addEventListener('change', needed);
if (chooser) needed();

for (const form of document.querySelectorAll('form[data-once]')) {
  form.addEventListener('submit', () => {
    const button = form.querySelector('[type="submit"]');
    button.classList.add('disabled');
    button.setAttribute('aria-disabled', 'true');
  });
}

document.querySelector('.sw-rehearsal-steps .is-now')?.scrollIntoView({ block: 'nearest' });
