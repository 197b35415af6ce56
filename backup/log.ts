/** Receives finished lines. */
export type WriteLine = (line: string) => void;

/** What a log line tells beside its event. Sizes are in bytes, durations in seconds. */
export type Fields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface LogOptions {
  readonly write: WriteLine;
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

  /** The text without any declared secret. */
  clean(text: string): string {
    if (this.secrets.size === 0) return text;
    const longestFirst = [...this.secrets].sort((one, other) => other.length - one.length);
    const escaped = longestFirst.map((secret) => secret.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
    return text.replaceAll(new RegExp(escaped.join("|"), "g"), "[secret]");
  }

  private line(level: "info" | "warn" | "error", event: string, fields: Fields): void {
    const { write, format, now = () => new Date() } = this.options;
    const cleanFields = Object.fromEntries(
      Object.entries(fields)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, this.cleanValue(value)]),
    );
    if (format === "json") {
      write(JSON.stringify({ time: now().toISOString(), level, event: this.clean(event), ...cleanFields }));
      return;
    }
    const words = Object.entries(cleanFields).map(([name, value]) => `${name}=${shown(value)}`);
    write([...(level === "info" ? [] : [`${level}:`]), this.clean(event), ...words].join(" "));
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

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^[\w.:/@+-]+$/.test(text) ? text : JSON.stringify(text);
}
