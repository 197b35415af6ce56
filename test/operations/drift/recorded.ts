import { readFileSync } from "node:fs";
import type { IAM } from "@aws-sdk/client-iam";
import type { S3 } from "@aws-sdk/client-s3";
import type { Clouds } from "../../../operations/drift/clouds.ts";
import { readState, type StackState } from "../../../operations/drift/state.ts";

const fetched = globalThis.fetch;
const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");

/** What the engine left of production after one `up`, without a secret. */
export const stateText = read("production.state.json");
export const state = (): StackState => readState("production", stateText);

/** The same of a stack with every kind of resource; `record.ts` writes it and its answers. */
export const everythingState = (): StackState => readState("staging", read("everything.state.json"));

/** What one answer of a platform is: its body by a route, or a call of AWS. */
export type Answers = Record<string, unknown>;

/** The platforms as they answered right after that `up`; a test changes answers, and every cloud reads them anew. */
export class RecordedClouds {
  private readonly recording: "production" | "everything";
  answers: Answers = {};
  readonly asked: string[] = [];
  constructor(recording: "production" | "everything" = "production") {
    this.recording = recording;
  }

  /** Answers every request of this process from now on. */
  start(): void {
    globalThis.fetch = async (input, init) => {
      const { hostname, pathname } = new URL(input instanceof Request ? input.url : input);
      const route = `${hostname.replace(".example", "")} ${pathname}`;
      this.asked.push(`${init?.method ?? "GET"} ${route}`);
      const found = this.answers[route];
      const status = typeof found === "number" ? found : found === undefined ? 404 : 200;
      const body = status === 200 ? found : { id: "error", message: "as a test asks for" };
      return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
    };
    this.reset();
  }

  stop(): void {
    globalThis.fetch = fetched;
  }

  reset(): void {
    const { http, aws } = JSON.parse(read(`${this.recording}.answers.json`)) as {
      http: Answers;
      aws: Answers;
    };
    this.answers = { ...http, ...aws };
    this.asked.length = 0;
  }

  /** The one recorded answer whose route ends so. */
  route(end: string): string {
    const found = Object.keys(this.answers).filter((route) => route.endsWith(end));
    if (found.length !== 1) throw new Error(`${found.length} answers end in ${end}`);
    return found[0] as string;
  }

  // An answer is whatever a test makes of it.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  body(end: string): any {
    return this.answers[this.route(end)];
  }

  clouds(): Clouds {
    const at = (cloud: string) => ({
      endpoint: `https://${cloud}.example`,
      token: "t0ken",
      wait: async () => undefined,
    });
    return {
      digitalocean: () => at("digitalocean"),
      github: () => at("github"),
      aws: async () => ({
        s3: this.service("s3") as unknown as S3,
        iam: this.service("iam") as unknown as IAM,
      }),
      hasBackups: false,
      nameServers: async () => ["ns1.digitalocean.com", "ns2.digitalocean.com"],
    };
  }

  private service(name: string): object {
    return new Proxy(
      {},
      {
        get: (_target, call) =>
          call === "then"
            ? undefined
            : async (input: unknown) => {
                const found = this.answers[`${name} ${String(call)} ${JSON.stringify(input)}`];
                if (typeof found === "number")
                  throw Object.assign(new Error(), {
                    name: found === 404 ? "NoSuchEntity" : found === 403 ? "AccessDenied" : "InternalError",
                    $metadata: { httpStatusCode: found },
                  });
                if (found === undefined) throw new Error(`no answer to ${name} ${String(call)}`);
                return found;
              },
      },
    );
  }
}
