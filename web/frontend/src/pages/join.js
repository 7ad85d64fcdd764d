// Joining and leaving: the enterprise's name is sealed in this browser before anything is sent.
import Modal from 'bootstrap/js/dist/modal.js';
import { ask } from '../lib/confirm.js';
import { now } from '../lib/countdown.js';
import { NetworkError, send } from '../lib/http.js';
import { toast } from '../lib/toast.js';
import { forgetEnded } from '../selection/own_bids.js';
import { makeInterest } from '../selection/secret.js';
import { say } from '../lib/words.js';

const BLIND = 'smallworks-blind-'; // for the printed slip only; under the ticket, which tells nobody what was joined
const UNABLE = say('本机浏览器无法密封，没有提交。请换用新版浏览器，并以https地址打开本页。');
const LOST = say('没有连上服务器，没有提交。请检查网络后再按一次确认按钮，已填内容都在。');

const dialog = document.getElementById('join');
// a page of its own for one project, or the dialog of a list of them
const form = document.querySelector('form[data-join-form]') ?? dialog?.querySelector('form');
let project = form?.dataset.joinForm ?? '';

function open(button) {
  project = button.dataset.join;
  dialog.querySelector('#join-t').textContent = say('参与“{title}”？', { title: button.dataset.title });
  dialog.querySelector('[data-until-text]').textContent = button.dataset.until;
  const { bidding = '' } = button.dataset;
  dialog.querySelectorAll('[data-for]').forEach((line) => { line.hidden = (line.dataset.for === 'bidding') !== Boolean(bidding); });
  dialog.querySelector('[data-bidding-text]').textContent = bidding;
  announce('');
  Modal.getOrCreateInstance(dialog).show();
}

function announce(text) {
  const box = form.querySelector('.sw-errors');
  box.textContent = text;
  box.hidden = !text;
  if (text) box.focus();
}

const messageOf = ({ body }) => body.message ?? say('没有办成，请稍后重试。');

async function seal() {
  const answer = await send(`${project}/sealing?kind=interest`, { method: 'GET' });
  if (!answer.ok) return { refused: messageOf(answer) };
  const at = `${new Date(now()).toISOString().slice(0, 19)}Z`;
  return { context: answer.body, ...await makeInterest(answer.body, { org: form.dataset.org, at }) };
}

/** Joins and answers what the person is to be told; nothing when the receipt is on its way. */
async function join() {
  const lacking = [...form.elements].find((one) => one.required && !one.value.trim());
  if (lacking) {
    lacking.focus();
    return say('还没有填写“{label}”，请填写后再确认。', { label: lacking.labels[0].textContent.replace('*', '').trim() });
  }
  if (!form.elements.accept.checked) return say('请先勾选承诺，再确认参与。');
  const sealed = await seal();
  if (sealed.refused) return sealed.refused;
  const { contact, remark } = form.elements;
  const answer = await send(`${project}/interest`, {
    json: { accept: true, contact: contact.value.trim(), remark: remark.value.trim(), org_commit: sealed.org_commit, envelope: sealed.envelope },
  });
  if (!answer.ok) return messageOf(answer);
  keep(answer.body.ticket, sealed.blind);
  location.assign(`/registrations/${answer.body.draw}/receipt`);
  return '';
}

async function submit(event) {
  event.preventDefault();
  const button = form.querySelector('[type=submit]');
  if (button.disabled) return;
  button.disabled = true;
  announce('');
  let told;
  try {
    told = await join();
  } catch (error) {
    told = error instanceof NetworkError ? LOST : UNABLE;
  }
  if (!told) return; // the button stays shut: the page is leaving
  announce(told);
  button.disabled = false;
}

const leaving = ({ title, comparison }) => (comparison === undefined ? {
  title: say('退出“{title}”？', { title }),
  effects: [say('本企业的票作废，不再列入名单。'), say('报名截止前还可以重新参与，那时会得到一张新票。')],
  yes: say('退出参与'), no: say('不退出'), danger: true,
} : {
  title: say('退出报名“{title}”？', { title }),
  effects: [say('本企业的报名作废，不再列入报名名单。'), say('报名截止前还可以重新报名，那时会得到一张新的回执。')],
  yes: say('退出报名'), no: say('不退出'), danger: true,
});

async function leave(button) {
  const agreed = await ask(leaving(button.dataset));
  if (!agreed) return;
  button.disabled = true;
  const answer = await send(button.dataset.leave, { method: 'DELETE' }).catch(() => null);
  button.disabled = false;
  if (answer?.ok) (button.dataset.next ? location.assign(button.dataset.next) : location.reload());
  else toast(answer ? messageOf(answer) : say('没有连上服务器，没有退出，请稍后重试。'), 'is-late');
}

function keep(ticket, blind) {
  try {
    localStorage.setItem(BLIND + ticket, blind);
  } catch {
    // a browser that stores nothing: the slip is printed without it, and nothing is lost
  }
}

function stored(ticket) {
  try {
    return localStorage.getItem(BLIND + ticket);
  } catch {
    return null;
  }
}

function showBlind(row) {
  const blind = stored(row.dataset.blind);
  if (!blind) return;
  row.querySelector('[data-blind-value]').textContent = blind;
  row.hidden = false;
}

document.addEventListener('click', (event) => {
  const joins = event.target.closest('[data-join]');
  const leaves = event.target.closest('[data-leave]');
  if (joins) open(joins);
  if (leaves) leave(leaves);
});
form?.addEventListener('submit', submit);
document.querySelectorAll('[data-blind]').forEach(showBlind);
forgetEnded();
