/** What options were called before: they are taken under these names still, and no help shows them. */
export const formerOptions: Readonly<Record<string, string>> = {
  "--config-file": "--stack-file",
  "--out": "--output",
  "--markdown": "--format=markdown",
};

/** Arguments with the names that options have today; what stands behind `--` is another program's. */
export function withTodaysNames(args: readonly string[]): string[] {
  const end = args.indexOf("--");
  return args.map((argument, index) => {
    if (end >= 0 && index > end) return argument;
    const [, name = "", value = ""] = /^(--[^=]*)(=.*)?$/s.exec(argument) ?? [];
    return Object.hasOwn(formerOptions, name) ? `${formerOptions[name]}${value}` : argument;
  });
}
