/** Receives finished lines. */
export type WriteLine = (line: string) => void;

/** What a log line tells beside its event. Sizes are in bytes, durations in seconds. */
export type Fields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface LogOptions {
  readonly write: WriteLine;
  /** Shows what is under way, the next in its place. @default - nobody sees it */
  readonly show?: WriteLine | undefined;
  /** JSON for machines, words for a person at a terminal. */
  readonly format: "json" | "text";
  /** @default - the clock of this machine */
  readonly now?: () => Date;
}

/**
 * Structured log lines. A secret that somebody declared never passes: it is replaced in every form in which it could
 * be written, whatever program or library the text came from.
 */
export class Log {
  private readonly options: LogOptions;
  private readonly secrets = new Set<string>();
  private shown = { event: "", at: 0 };

  constructor(options: LogOptions) {
    this.options = options;
  }

  /** Declares texts that must never be written. */
  hide(...secrets: readonly (string | undefined)[]): void {
    for (const secret of secrets) {
      if (secret === undefined || secret.length < shortestSecret) continue;
      for (const form of formsOf(secret)) this.secrets.add(form);
    }
  }

  info(event: string, fields: Fields = {}): void {
    this.line("info", event, fields);
  }

  warn(event: string, fields: Fields = {}): void {
    this.line("warn", event, fields);
  }

  error(event: string, fields: Fields = {}): void {
    this.line("error", event, fields);
  }

  /** Whether a person looks on while something lasts. */
  get isWatched(): boolean {
    return this.options.show !== undefined;
  }

  /** Shows the person who looks on how far something is; of one thing at most five times a second. */
  show(event: string, fields: Fields): void {
    const { show, now = () => new Date() } = this.options;
    const at = now().getTime();
    if (show === undefined || (event === this.shown.event && at - this.shown.at < 200)) return;
    this.shown = { event, at };
    show(this.words(event, fields));
  }

  /** The text without any declared secret. */
  clean(text: string): string {
    if (this.secrets.size === 0) return text;
    const longestFirst = [...this.secrets].sort((one, other) => other.length - one.length);
    const escaped = longestFirst.map((secret) => secret.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
    return text.replaceAll(new RegExp(escaped.join("|"), "g"), "[secret]");
  }

  private line(level: "info" | "warn" | "error", event: string, fields: Fields): void {
    const { write, format, now = () => new Date() } = this.options;
    if (format === "text") write(`${level === "info" ? "" : `${level}: `}${this.words(event, fields)}`);
    else {
      const time = now().toISOString();
      write(JSON.stringify({ time, level, event: this.clean(event), ...this.cleanFields(fields) }));
    }
  }

  private words(event: string, fields: Fields): string {
    const words = Object.entries(this.cleanFields(fields)).map(([name, value]) =>
      (wordings[name] ?? ((text) => `${name} ${text}`))(shown(value), value),
    );
    const said = words.filter((word) => word !== "");
    return `${this.clean(event)}${said.length === 0 ? "" : ` (${said.join(", ")})`}`;
  }

  private cleanFields(fields: Fields): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(fields)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, this.cleanValue(value)]),
    );
  }

  private cleanValue(value: Fields[string]): unknown {
    if (typeof value === "string") return this.clean(value);
    return Array.isArray(value) ? value.map((text) => this.clean(String(text))) : value;
  }
}

/** A shorter text would be found in words that are no secret. */
const shortestSecret = 4;

/** A secret as it is, in a URL, in JSON and in base64. */
function formsOf(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString("base64"),
  ];
}

/** How a field reads to a person where not by its name; what only a machine needs does not. */
const wordings: Readonly<Record<string, (text: string, value: unknown) => string>> = {
  database: (text) => text,
  id: (text) => text,
  target: (text) => `into ${text}`,
  table: (_text, value) => String(value),
  line: (_text, value) => String(value),
  reason: (_text, value) => String(value),
  bytes: (_text, value) => sizeOf(Number(value)),
  plainBytes: (_text, value) => `${sizeOf(Number(value))} of dump`,
  percent: (text) => `${text} %`,
  tables: (text) => `${text} table${text === "1" ? "" : "s"}`,
  seconds: (text) => `${text} s`,
  serverVersion: (text) => `PostgreSQL ${text}`,
  exitCode: (text) => `exit code ${text}`,
  command: () => "",
  outcome: () => "",
};

/** A size as a person reads it, in the thousands that disks are sold in. */
export function sizeOf(bytes: number): string {
  const power = Math.min(4, Math.max(0, Math.floor(Math.log10(bytes) / 3)));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${["bytes", "kB", "MB", "GB", "TB"][power]}`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join(" ");
  const text = String(value);
  return /^[\w.:/@+-]+$/.test(text) ? text : JSON.stringify(text);
}

/** A text that moves no cursor and colours nothing, whatever name is in it. */
export const printable = (text: string): string =>
  text.replaceAll(/[^\P{Cc}\n\t]/gu, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
