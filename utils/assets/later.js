/* Says "ready" once, when the map has been drawn, or after some seconds without one. */
const started = new WeakSet();

export default function ({ parentElement, setTriggerValue }) {
  if (started.has(parentElement)) return;
  started.add(parentElement);
  const end = Date.now() + 4000;
  const look = () => {
    const frame = document.querySelector(".st-key-kaart iframe");
    const body = frame && frame.contentDocument && frame.contentDocument.body;
    if ((body && body.dataset.view) || Date.now() > end) setTimeout(() => setTriggerValue("ready", true), 50);
    else setTimeout(look, 100);
  };
  look();
}
