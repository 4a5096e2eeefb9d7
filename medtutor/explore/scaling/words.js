// What the scaling explorer says: pure functions from numbers to sentences.

/** Milliseconds as a reader would say them. */
function duration(ms) {
  if (ms >= 999.5) return `${short(ms / 1000)} s`;
  return ms >= 0.0995 ? `${short(ms)} ms` : `${short(1000 * ms)} µs`;
}

/** A number in two or three figures. */
function short(value) {
  if (value >= 99.5) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(2)));
}

const percent = (share) => `${Math.round(100 * share)} %`;
const inMillions = (millions) => (millions < 1 ? `${short(1000 * millions)} thousand` : `${short(millions)} million`);

const PARTS = [
  ["compute_ms", "computing"],
  ["wait_data_ms", "waiting for images"],
  ["serial_ms", "one machine works alone"],
  ["talk_ms", "talking"],
];

function speedInWords(scene, { machines, serial_percent: serial }) {
  const { speed_up: times, efficiency, amdahl: best } = scene;
  if (machines === 1) return `1 machine: ${short(scene.images_per_second)} images a second.`;
  const paid = `${percent(efficiency)} of what you pay for`;
  const how = times < 1 ? `slower than one (${short(times)} times as fast)` : `${short(times)} times as fast as one`;
  const limit = serial ? ` Amdahl's law allows ${short(best)}, and with any number of machines less than ${short(100 / serial)}.` : "";
  return `${machines} machines: ${how}, ${paid}.${limit}`;
}

function stepInWords(scene) {
  const parts = PARTS.filter(([key]) => scene[key] > 0).map(([key, name]) => `${percent(scene[key] / scene.step_ms)} ${name}`);
  const images = `${scene.images.toLocaleString("en")} image${scene.images === 1 ? "" : "s"}`;
  return `A step of ${images} takes ${duration(scene.step_ms)}: ${parts.join(", ")}.`;
}
