// What all explorers share. Python puts this file in front of each explorer's own.

/** Make an element from its properties, attributes and children. */
function make(tag, { attributes = {}, ...properties } = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Let a control keep its keys: JupyterLab takes arrows, Enter and letters otherwise. */
function keepKeys(element) {
  element.dataset.lmSuppressShortcuts = "true";
  return element;
}

function makeButton(text, onClick) {
  const button = keepKeys(make("button", { type: "button", textContent: text }));
  button.addEventListener("click", onClick);
  return button;
}

/** A labelled drop-down list; `options` are pairs of a value and its text. */
function makeChoice(label, options, onChoose) {
  const select = keepKeys(make("select"));
  for (const [value, text] of options) select.append(new Option(text, value));
  select.addEventListener("change", () => onChoose(select.value));
  return { select, field: make("label", { className: "mt-field" }, label, select) };
}

/** A tick box with its label behind it; `onTick` gets whether it is ticked. */
function makeTick(onTick, ...label) {
  const box = keepKeys(make("input", { type: "checkbox" }));
  box.addEventListener("change", () => onTick(box.checked));
  return { box, field: make("label", { className: "mt-tick" }, box, ...label) };
}

/** The sentence that says what is seen: screen readers read it out when it changes. */
function makeReadout() {
  return make("p", { className: "mt-readout", attributes: { role: "status" } });
}

/** Change the model, and tell Python where there is one: without a kernel the page goes on. */
function share(model, changes) {
  for (const [name, value] of Object.entries(changes)) model.set(name, value);
  try {
    model.save_changes();
  } catch (error) {
    console.info("medtutor: no kernel to tell, the explorer goes on without it", error);
  }
}

/** Call `onChange` whenever one of the model's `names` changes; returns the undoing. */
function watch(model, names, onChange) {
  const events = names.map((name) => `change:${name}`);
  events.forEach((event) => model.on(event, onChange));
  return () => events.forEach((event) => model.off(event, onChange));
}

/** A widget's `render` that opens its page at once; what it returns closes the page. */
function renderAtOnce(View) {
  return ({ model, el }) => {
    const view = new View(model, el);
    return () => view.close();
  };
}

/** Write a number as 1.5e−6: no line ends at a true minus sign. */
function writePower(value) {
  return value.toExponential(1).replace("e+", "e").replaceAll("-", "−");
}

/** Write a number in few characters, with a true minus sign. */
function write(value) {
  const size = Math.abs(value);
  if (size < 1e-9) return "0";
  if (size >= 1e5 || size < 1e-3) return writePower(value);
  const text = Number.isInteger(value) ? value : value.toFixed(size >= 100 ? 1 : size >= 1 ? 2 : 3);
  return String(Number(text)).replace("-", "−");
}
