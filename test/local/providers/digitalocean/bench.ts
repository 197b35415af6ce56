import { digitalOceanProvider } from "../../../../local/providers/digitalocean/index.ts";
import type { Properties } from "../../../../local/providers/resource.ts";
import { type ServedProvider, serveProvider } from "../../../../local/providers/serve.ts";
import { type LocalDigitalOcean, localDigitalOcean } from "../../apis/digitalocean/server.ts";
import { Engine, type Target } from "../engine.ts";

/** A resource that an engine made. */
export interface Made {
  readonly target: Target;
  readonly inputs: Properties;
  readonly id: string;
  readonly state: Properties;
}

/** The provider between an engine's calls and the local API. */
export class Bench {
  readonly cloud: LocalDigitalOcean;
  readonly engine: Engine;
  private readonly served: ServedProvider;

  private constructor(cloud: LocalDigitalOcean, served: ServedProvider) {
    this.cloud = cloud;
    this.served = served;
    this.engine = new Engine(served.port);
  }

  static async start(): Promise<Bench> {
    const cloud = await localDigitalOcean();
    const served = await serveProvider(digitalOceanProvider({ pollInterval: 1 }));
    const bench = new Bench(cloud, served);
    await bench.engine.configure({ token: "t", apiEndpoint: cloud.url, httpRetryMax: "0" });
    return bench;
  }

  /** Checks and creates, as an engine does for a new resource. */
  async make(kind: string, inputs: Properties, name = "it"): Promise<Made> {
    const type = `digitalocean:index/${kind}:${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    const target = { type, name };
    const checked = await this.engine.check(target, inputs);
    if (checked.failures.length > 0) throw new Error(checked.failures.join("; "));
    const made = await this.engine.create(target, onWire(checked.inputs));
    return { target, inputs: checked.inputs, ...made };
  }

  /** Checks, compares and updates; returns what the comparison said beside what was made. */
  async change(made: Made, inputs: Properties): Promise<{ detail: Properties; made: Made }> {
    const checked = await this.engine.check(made.target, inputs, onWire(made.inputs));
    const diff = await this.engine.diff(made.target, onWire(made.state), onWire(checked.inputs));
    const state = await this.engine.update(
      made.target,
      { id: made.id, state: onWire(made.state) },
      onWire(checked.inputs),
    );
    return { detail: diff.detail, made: { ...made, inputs: checked.inputs, state } };
  }

  /** What differs between what was made and its own inputs: nothing, if a second update is to be silent. */
  async unrest({ target, state, inputs }: Made): Promise<Properties> {
    return (await this.engine.diff(target, onWire(state), onWire(inputs))).detail;
  }

  async read({ target, id, inputs, state }: Made) {
    return this.engine.read(target, id, onWire(inputs), onWire(state));
  }

  async remove({ target, id, state }: Made): Promise<void> {
    await this.engine.delete(target, id, onWire(state));
  }

  /** Method and path of every write so far, ids left out, since the last call. */
  writes(): string[] {
    const writes = this.cloud.requests.splice(0).filter(({ effect }) => effect === "write");
    return writes.map(({ method, path }) => `${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "*")}`);
  }

  async close(): Promise<void> {
    this.engine.close();
    await this.served.close();
    await this.cloud.close();
  }
}

/** Values as they were read, with `{secret}` back in the form of the wire. */
export function onWire(value: Properties): Properties {
  return JSON.parse(JSON.stringify(value), (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && "secret" in inner
      ? {
          "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
          value: inner.secret,
        }
      : inner,
  );
}

/** A secret's value. */
export function revealed(value: unknown): unknown {
  return typeof value === "object" && value !== null && "secret" in value ? value.secret : value;
}
