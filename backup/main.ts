import { runCommand } from "./program.ts";

for (const [signal, exitCode] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  // The first process of a container has no default action for signals. An open transaction ends with its connection.
  process.on(signal, () => process.exit(exitCode));
}

process.exitCode = await runCommand(process.argv.slice(2), process.env, {
  say: (line) => console.log(line),
  complain: (line) => console.error(line),
});
