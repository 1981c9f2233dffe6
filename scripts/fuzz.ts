/** Throws made-up requests at the API and prints what came of them (node scripts/fuzz.ts --requests 20000 --seed 1). */
import { parseArgs } from "node:util";
import { fuzz } from "../test/security/fuzz.ts";

const { values } = parseArgs({
  options: { requests: { type: "string", default: "20000" }, seed: { type: "string" }, help: { type: "boolean" } },
});
if (values.help) {
  console.log("node scripts/fuzz.ts [--requests 20000] [--seed 1]");
  process.exit(0);
}

const after: Array<() => Promise<void>> = [];
const figures = await fuzz(
  { after: (work) => void after.push(work) },
  {
    requests: Number(values.requests),
    seed: Number(values.seed ?? Math.floor(Math.random() * 1e9)),
    onBatch: (done, faults) => {
      if (done % 1000 === 0) console.log(`${done} requests, ${faults} faults`);
    },
  },
);
for (const work of after) await work();
for (const fault of figures.faults) console.log(fault);
const { faults, ...rest } = figures;
console.log(JSON.stringify({ ...rest, faults: faults.length }, null, 2));
process.exit(faults.length === 0 ? 0 : 1);
