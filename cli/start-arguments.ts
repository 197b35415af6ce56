/** Options of `local up` that people write behind `npm start` without the `--` that npm wants. */
const switches = ["json", "plugins", "show-secrets"] as const;

/**
 * Arguments of `slipway` for `npm start`. npm keeps `--json` and the like for itself and hands them on only as
 * variables, and of `--stack staging` it hands on the word `staging`: both are honoured.
 */
export function startArguments(args: readonly string[], environment: NodeJS.ProcessEnv): string[] {
  const isSet = (name: string): boolean => {
    const value = environment[`npm_config_${name.replaceAll("-", "_")}`];
    return value !== undefined && value !== "" && value !== "false";
  };
  const stack = environment["npm_config_stack"];
  const named = stack !== undefined && !["", "true", "false"].includes(stack) ? [`--stack=${stack}`] : [];
  const taken = switches.filter(isSet).map((name) => `--${name}`);
  const [first, ...others] = args;
  const names = first !== undefined && !first.startsWith("-") ? ["--stack", first, ...others] : [...args];
  return ["local", "up", ...named, ...taken.filter((name) => !names.includes(name)), ...names];
}
