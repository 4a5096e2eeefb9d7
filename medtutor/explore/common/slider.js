// A slider that says its value, in words, beside its label and to screen readers.

/** A labelled slider with its value beside the label. */
function makeSlider(label, range, inWords, onMove) {
  const slider = keepKeys(make("input", { type: "range", ...range }));
  slider.setAttribute("aria-label", label);
  slider.addEventListener("input", () => onMove(slider.valueAsNumber));
  const value = make("span", { className: "mt-value" });
  const title = make("span", {}, `${label}: `, value);
  return {
    field: make("label", { className: "mt-field mt-dial" }, title, slider),
    show(number) {
      slider.value = number;
      value.textContent = inWords(number);
      slider.setAttribute("aria-valuetext", inWords(number));
    },
  };
}
