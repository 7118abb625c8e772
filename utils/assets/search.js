/* A search box after the ARIA combobox pattern. What is typed goes to our own server, the few hits come back. */
const boxes = new WeakMap();

export default function ({ parentElement, data, setTriggerValue }) {
  let box = boxes.get(parentElement);
  if (!box) boxes.set(parentElement, (box = build(parentElement)));
  box.send = setTriggerValue;
  box.texts = data.texts;
  box.label.textContent = data.texts.label;
  box.input.placeholder = data.texts.placeholder;
  if (data.n && data.n === box.asked) show(box, data);
}

function build(parent) {
  const root = parent.querySelector(".zoek");
  const [label, input] = [root.querySelector("label"), root.querySelector("input")];
  const [list, status] = [root.querySelector("ul"), root.querySelector(".status")];
  const box = { label, input, list, status, hits: [], at: -1, asked: 0, timer: null };
  input.addEventListener("input", () => {
    clearTimeout(box.timer);
    box.timer = setTimeout(() => ask(box), 120);
  });
  input.addEventListener("keydown", (event) => key(box, event));
  input.addEventListener("blur", () => setTimeout(() => close(box), 150));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (item) choose(box, Number(item.dataset.i));
  });
  return box;
}

function ask(box) {
  const text = box.input.value.trim().slice(0, 200);
  if (!text) {
    box.enter = false;
    return close(box);
  }
  box.asked = Date.now();
  box.send("query", { text, n: box.asked });
}

function show(box, data) {
  box.hits = data.hits;
  box.at = data.hits.length ? 0 : -1;
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
  box.status.textContent = data.status;
  box.status.classList.toggle("stil", data.hits.length > 0);
  mark(box);
  if (box.enter) { box.enter = false; choose(box, 0); }
}

function mark(box) {
  [...box.list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === box.at)));
  box.input.setAttribute("aria-expanded", String(!box.list.hidden));
  if (box.at >= 0) {
    box.input.setAttribute("aria-activedescendant", "hit" + box.at);
    box.list.children[box.at].scrollIntoView({ block: "nearest" });
  } else box.input.removeAttribute("aria-activedescendant");
}

function key(box, event) {
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in moves && box.hits.length) {
    event.preventDefault();
    box.list.hidden = false;
    box.at = (box.at + moves[event.key] + box.hits.length) % box.hits.length;
    mark(box);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (box.hits.length && !box.list.hidden) choose(box, Math.max(box.at, 0));
    else { box.enter = true; clearTimeout(box.timer); ask(box); }
  } else if (event.key === "Escape") close(box);
}

function choose(box, i) {
  const hit = box.hits[i];
  if (!hit) return;
  clearTimeout(box.timer);
  box.input.value = "";
  close(box);
  box.send("chosen", hit.code);
}

function close(box) {
  box.hits = [];
  box.at = -1;
  box.list.hidden = true;
  box.list.replaceChildren();
  box.status.textContent = "";
  mark(box);
}
