/** What a person gave a command that the commands which it names next must be given as well. */
export interface OwnOptions {
  readonly local?: boolean | undefined;
  /** Files that were named for stacks, by stack. */
  readonly files?: Readonly<Record<string, string | undefined>>;
}

/** A command about releases as hints name it, up to its last stack. */
const named = /slipway release [a-z]+(?: --(?:stack|from|to) [\w-]+)+(?: --local\b)?/g;

/** A text whose hints name commands with the options that the person gave: without them they would ask other clouds. */
export function withOwnOptions(text: string, { local, files = {} }: OwnOptions, quote = shellWord): string {
  return text.replaceAll(named, (command) => {
    const isLocal = local === true || command.endsWith(" --local");
    const given = [...command.matchAll(/ --(stack|from|to) ([\w-]+)/g)].flatMap(([, option, stack = ""]) => {
      const file = files[stack];
      return file === undefined ? [] : [` --${option}-file ${quote(file)}`];
    });
    return [command.replace(/ --local$/, ""), ...given, ...(isLocal ? [" --local"] : [])].join("");
  });
}

/** The same of a document in JSON. */
export const withOwnOptionsInJson = (json: string, own: OwnOptions): string =>
  withOwnOptions(json, own, (file) => JSON.stringify(shellWord(file)).slice(1, -1));

/** A file's name as a shell takes it for one word. */
const shellWord = (file: string): string =>
  /^[\w./:@%+=,-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`;
