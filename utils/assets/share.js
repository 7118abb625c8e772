/* A line of text with a button that copies it; {here} in it becomes the address of this page, {home} that of the
   home page as seen from another one: without the last part of the path. */
const lines = new WeakMap();

export default function ({ parentElement, data }) {
  let box = lines.get(parentElement);
  if (!box) lines.set(parentElement, (box = build(parentElement)));
  box.texts = data.texts;
  box.label.textContent = data.texts.label;
  box.button.textContent = data.texts.copy;
  box.button.setAttribute("aria-label", data.texts.copy + ": " + data.texts.label);
  const here = location.origin + location.pathname;
  const home = here.replace(/[^/]+\/?$/, "");
  const text = data.line.replaceAll("{here}", () => here).replaceAll("{home}", () => home);
  if (box.input.value !== text) {
    box.input.value = text;
    box.status.textContent = "";
  }
}

function build(parent) {
  const box = {
    label: parent.querySelector("label"), input: parent.querySelector("input"),
    button: parent.querySelector("button"), status: parent.querySelector("[role=status]"),
  };
  box.input.addEventListener("focus", () => box.input.select());
  box.button.addEventListener("click", () => copy(box));
  return box;
}

async function copy(box) {
  let done = false;
  try {
    await navigator.clipboard.writeText(box.input.value);
    done = true;
  } catch {
    box.input.select(); // without https, or where the site around this one does not allow it
    done = document.execCommand("copy");
  }
  box.status.textContent = done ? box.texts.copied : box.texts.failed;
}
