// One step on several machines, as in scene.py; nothing here knows of the page.

const NETWORKS = {
  "1 Gbit/s": 0.125e9,
  "10 Gbit/s": 1.25e9,
  "100 Gbit/s": 12.5e9,
  "NVLink, 450 GB/s": 450e9,
};
const MOST_MACHINES = 64;

const amdahl = (p, n) => 1 / (1 - p + p / n);

/** Seconds of a ring all-reduce. */
function allReduceSeconds(bytes, n, latency, bandwidth) {
  return 2 * (n - 1) * (latency + bytes / n / bandwidth);
}

/** Milliseconds of computing, waiting for images, work of one machine alone, and talking. */
function stepOf(n, settings) {
  const shared = 1 - settings.serial_percent / 100;
  const busy = Math.max(settings.compute_ms, settings.read_ms);
  const { weights_millions: millions, latency_us: latency, batch } = settings;
  const talk = allReduceSeconds(4e6 * millions, n, latency / 1e6, NETWORKS[settings.network]);
  return [
    shared * batch * settings.compute_ms,
    shared * batch * (busy - settings.compute_ms),
    (1 - shared) * batch * n * busy,
    1000 * talk,
  ];
}

const total = (numbers) => numbers.reduce((a, b) => a + b, 0);

export function scalingScene(settings) {
  const { machines, batch, serial_percent: serial } = settings;
  const alone = total(stepOf(1, settings));
  const speedUp = (n) => (n * alone) / total(stepOf(n, settings));
  const [compute, wait, one, talk] = stepOf(machines, settings);
  const step = compute + wait + one + talk;
  return {
    compute_ms: compute,
    wait_data_ms: wait,
    serial_ms: one,
    talk_ms: talk,
    step_ms: step,
    reading_ms: batch * settings.read_ms,
    images: machines * batch,
    images_per_second: (1000 * machines * batch) / step,
    speed_up: speedUp(machines),
    amdahl: amdahl(1 - serial / 100, machines),
    efficiency: speedUp(machines) / machines,
    curve: Array.from({ length: MOST_MACHINES }, (_, i) => speedUp(i + 1)),
  };
}
