import type {
  AppRuntime,
  ComponentStatus,
  DatabaseServer,
  DatabaseServers,
  RunnableComponent,
  ServedApp,
} from "../../../../local/apis/digitalocean/platform.ts";

/** Database servers that only remember what they were told. */
export class FakeDatabases implements DatabaseServers {
  readonly calls: unknown[][] = [];
  /** Text with which the next start fails. */
  failure: string | undefined;
  /** What a start waits for. */
  gate: Promise<void> = Promise.resolve();
  version = "15";
  private port = 40_000;

  async start(cluster: Parameters<DatabaseServers["start"]>[0]): Promise<DatabaseServer> {
    this.calls.push(["start", cluster.name, cluster.version]);
    await this.gate;
    if (this.failure !== undefined) throw new Error(this.failure);
    this.port += 1;
    return { host: "127.0.0.1", port: this.port, version: this.version, caCertificate: "CA\n" };
  }

  async remove(_id: string): Promise<void> {
    this.calls.push(["remove"]);
  }

  async createDatabase(_id: string, name: string): Promise<void> {
    this.calls.push(["createDatabase", name]);
  }

  async dropDatabase(_id: string, name: string): Promise<void> {
    this.calls.push(["dropDatabase", name]);
  }

  async createUser(_id: string, name: string, password: string): Promise<void> {
    this.calls.push(["createUser", name, password]);
  }

  async dropUser(_id: string, name: string): Promise<void> {
    this.calls.push(["dropUser", name]);
  }

  async configure(_id: string, parameters: Readonly<Record<string, string>>): Promise<void> {
    this.calls.push(["configure", parameters]);
  }
}

/** An app runtime that only remembers what it was told. */
export class FakeApps implements AppRuntime {
  readonly jobs: RunnableComponent[] = [];
  readonly served: ServedApp[] = [];
  readonly stopped: string[] = [];
  /** Exit codes of jobs by name; 0 for the others. */
  readonly exitCodes: Record<string, number> = {};
  /** What a job waits for, by name. */
  readonly gates: Record<string, Promise<void>> = {};
  /** Text with which serving fails, by app name. */
  readonly failures: Record<string, string> = {};

  async runJob(job: RunnableComponent): ReturnType<AppRuntime["runJob"]> {
    this.jobs.push(job);
    await this.gates[job.name];
    return { exitCode: this.exitCodes[job.name] ?? 0, log: `${job.name} says hello\n`, runsAs: "process" };
  }

  async serve(app: ServedApp): Promise<{ url: string; components: ComponentStatus[] }> {
    this.served.push(app);
    const failure = this.failures[app.components[0]?.name ?? ""];
    if (failure !== undefined) throw new Error(failure);
    const components = app.components.map(({ name }) => ({ name, runsAs: "placeholder" as const }));
    return { url: await this.address(app.appId), components };
  }

  async address(_appId: string): Promise<string> {
    return "http://127.0.0.1:41000";
  }

  async stop(appId: string): Promise<void> {
    this.stopped.push(appId);
  }
}
