/* A search box after the ARIA combobox pattern. What is typed goes to our own server, the few hits come back. */
const boxes = new WeakMap();
const AGAIN = [150, 250, 400, 600, 800, 1000]; // milliseconds between questions whether more has come
const PATIENCE = 12; // such questions; the server gives up long before

export default function ({ parentElement, data, setTriggerValue }) {
  let box = boxes.get(parentElement);
  if (!box) boxes.set(parentElement, (box = build(parentElement)));
  box.send = setTriggerValue;
  box.texts = data.texts;
  box.label.textContent = data.texts.label;
  box.input.placeholder = data.texts.placeholder;
  box.here.textContent = data.texts.here || "";
  box.here.hidden = !data.texts.here || !navigator.geolocation;
  box.root.classList.toggle("kop", Boolean(data.texts.heading));
  accept(box, data);
  if (data.n && data.n === box.asked) show(box, data);
}

function build(parent) {
  const root = parent.querySelector(".zoek");
  const [label, input, here] = [root.querySelector("label"), root.querySelector("input"), root.querySelector("button")];
  const [list, status] = [root.querySelector("ul"), root.querySelector(".status")];
  const box = { root, label, input, here, list, status, hits: [], at: -1, asked: 0, tries: 0, said: 0, told: "" };
  input.addEventListener("focus", () => box.send("query", { text: "", n: 0 }), { once: true }); // makes the index
  input.addEventListener("input", () => {
    clearTimeout(box.timer);
    Object.assign(box, { enter: false, moved: false, warned: false, at: -1 });
    mark(box);
    box.timer = setTimeout(() => ask(box), 120);
  });
  input.addEventListener("keydown", (event) => key(box, event));
  input.addEventListener("blur", () => setTimeout(() => hide(box), 150));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (item) choose(box, Number(item.dataset.i));
  });
  here.addEventListener("click", () => locate(box));
  return box;
}

const typed = (box) => box.input.value.trim().slice(0, 200);
const fresh = (box) => box.shown === typed(box) && box.shown === box.text; // the list answers what stands in the box

function ask(box) {
  const text = typed(box);
  if (!text) {
    box.enter = false;
    return close(box);
  }
  Object.assign(box, { asked: Math.max(Date.now(), box.asked + 1), tries: 0, pending: false, warned: false, text });
  box.send("query", { text, n: box.asked });
}

function again(box) { // the same question: by now more may have come; an answer like the last one is not drawn
  const n = box.asked, wait = AGAIN[Math.min(box.tries++, AGAIN.length - 1)];
  clearTimeout(box.later);
  if (box.tries <= PATIENCE) box.later = setTimeout(() => {
    if (!box.pending || n !== box.asked) return;
    box.send("query", { text: box.text, n });
    again(box);
  }, wait);
}

function show(box, data) {
  const before = box.moved && box.hits[box.at];
  Object.assign(box, { hits: data.hits, shown: data.text, several: data.several });
  const same = before ? data.hits.findIndex((hit) => hit.name === before.name && hit.where === before.where) : -1;
  box.moved = same >= 0;
  box.at = data.hits.length && fresh(box) ? Math.max(same, 0) : -1;
  box.list.replaceChildren(...data.hits.map((hit, i) => {
    const item = document.createElement("li"), small = document.createElement("small");
    item.id = "hit" + i;
    item.dataset.i = i;
    item.setAttribute("role", "option");
    item.textContent = hit.name;
    small.textContent = hit.where;
    item.appendChild(small);
    return item;
  }));
  box.list.hidden = !data.hits.length;
  box.sentence = data.status;
  if (!box.warned) say(box, data.status, data.loud);
  mark(box);
  if (data.pending && !box.pending) again(box);
  box.pending = data.pending;
  if (box.enter) enter(box);
}

function enter(box) { // waits for the list that answers the text, goes to what is certain, asks about the rest
  const first = box.hits[0];
  box.enter = !fresh(box) || (box.pending && !box.moved && !(first && first.exact));
  if (box.enter) {
    clearTimeout(box.timer);
    if (box.text !== typed(box) || !box.asked) ask(box);
    return;
  }
  if (!first) return; // the notice says what was not found
  if (box.moved || box.warned || (first.exact && !box.several)) return choose(box, Math.max(box.at, 0));
  box.warned = true;
  box.list.hidden = false;
  say(box, box.sentence + " " + box.texts.once_more, true);
  mark(box);
}

function say(box, text, loud) {
  if (box.status.textContent !== text) box.status.textContent = text; // a reader says it once
  box.status.classList.toggle("stil", !loud);
}

function mark(box) {
  box.list.classList.toggle("oud", !fresh(box));
  [...box.list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === box.at)));
  box.input.setAttribute("aria-expanded", String(!box.list.hidden));
  if (box.at >= 0 && !box.list.hidden) {
    box.input.setAttribute("aria-activedescendant", "hit" + box.at);
    box.list.children[box.at].scrollIntoView({ block: "nearest" });
  } else box.input.removeAttribute("aria-activedescendant");
}

function key(box, event) {
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in moves && box.hits.length) {
    event.preventDefault();
    box.list.hidden = false;
    box.moved = true;
    box.at = (Math.max(box.at, moves[event.key] < 0 ? 0 : -1) + moves[event.key] + box.hits.length) % box.hits.length;
    mark(box);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (!event.repeat) enter(box);
  } else if (event.key === "Escape") close(box);
}

function choose(box, i) {
  const hit = box.hits[i];
  if (!hit) return;
  clearTimeout(box.timer);
  clearTimeout(box.later);
  Object.assign(box, { pending: false, enter: false, chosen: Date.now(), left: box.input.value });
  hide(box);
  box.send("chosen", { text: box.shown, key: hit.key, n: box.chosen });
}

function accept(box, data) { // only what the server took leaves the box, and nothing typed since
  if (box.chosen && data.taken === box.chosen) {
    box.chosen = 0;
    if (box.input.value === box.left) {
      box.input.value = "";
      close(box);
    }
  }
  const { n, text } = data.said;
  if (n === box.said && text === box.told) return;
  if (text || box.status.textContent === box.told) say(box, text, Boolean(text));
  Object.assign(box, { said: n, told: text });
}

function locate(box) {
  const failed = () => say(box, box.texts.here_failed, true);
  say(box, box.texts.here_busy, true);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => { say(box, "", false); box.send("located", { lon: coords.longitude, lat: coords.latitude }); },
    failed,
    { timeout: 10000, maximumAge: 60000 },
  );
}

function hide(box) { // what is said stays: who leaves the box still has to read it
  box.list.hidden = true;
  mark(box);
}

function close(box) {
  clearTimeout(box.timer);
  Object.assign(box, { hits: [], at: -1, asked: 0, pending: false, moved: false, enter: false, warned: false });
  box.shown = box.text = undefined;
  box.list.hidden = true;
  box.list.replaceChildren();
  say(box, "", false);
  mark(box);
}
