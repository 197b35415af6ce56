/** Something that is not as the last run of the engine left it. */
export interface Drift {
  kind: DriftKind;
  /** What it is about, `app tinkertools-production`. */
  resource: string;
  /** What is otherwise, without a value that could be a secret. */
  message: string;
  fix: string;
}

/** The kinds of drift that are looked for. */
export type DriftKind =
  | "missing"
  | "interrupted"
  | "app-spec"
  | "pinned"
  | "deployment"
  | "domain"
  | "cluster"
  | "firewall"
  | "database-settings"
  | "database-access"
  | "backups"
  | "bucket"
  | "identity"
  | "record"
  | "monitoring"
  | "environment"
  | "environment-values"
  | "branch-rules"
  | "oidc";

/** Something that could not be looked at, and why. */
export interface Unchecked {
  resource: string;
  reason: string;
}

/** What came of looking. */
export interface Findings {
  drifts: Drift[];
  unchecked: Unchecked[];
}

/** What mends most of it. */
export const sameAgain = "run `pulumi up --refresh`, which sets it again";

/** What collects findings about one resource. */
export class Notes implements Findings {
  readonly drifts: Drift[] = [];
  readonly unchecked: Unchecked[] = [];

  drift(kind: DriftKind, resource: string, message: string, fix = sameAgain): void {
    this.drifts.push({ kind, resource, message, fix });
  }

  /** Says that something which the program made is not there any more. */
  gone(resource: string): void {
    this.drift(
      "missing",
      resource,
      "is not there any more",
      "run `pulumi up --refresh`, which makes it again",
    );
  }

  unknown(resource: string, reason: string): void {
    this.unchecked.push({ resource, reason });
  }
}

/** A value in a sentence: short, on one line, and never markup. */
export function told(value: unknown): string {
  if (value === undefined || value === null || value === "") return "not set";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const plain = text.replace(/[^\x20-\x7e]/g, "?");
  return plain.length > 80 ? `${plain.slice(0, 77)}...` : plain;
}
