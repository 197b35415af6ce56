/** What the DigitalOcean API needs from this machine to be more than a list of objects. */

/** A PostgreSQL server that stands for a database cluster. It listens on the loopback address only. */
export interface DatabaseServer {
  readonly host: string;
  readonly port: number;
  /** Major version that really runs, which is the machine's where the asked one is not there. */
  readonly version: string;
  /** PEM text of the certificate authority that signed the server's certificate. */
  readonly caCertificate: string;
}

export interface DatabaseServers {
  /**
   * Creates the server on first use and starts it where it does not run; the superuser-like `doadmin` and the
   * database `defaultdb` exist afterwards.
   */
  start(cluster: {
    id: string;
    name: string;
    version: string;
    doadminPassword: string;
  }): Promise<DatabaseServer>;
  /** Stops the server and removes its data. Does nothing for a cluster that is not there. */
  remove(clusterId: string): Promise<void>;
  createDatabase(clusterId: string, name: string): Promise<void>;
  dropDatabase(clusterId: string, name: string): Promise<void>;
  /** Creates a login without any right beyond CONNECT, as the platform does, or gives an existing one the password. */
  createUser(clusterId: string, name: string, password: string): Promise<void>;
  dropUser(clusterId: string, name: string): Promise<void>;
  /** Sets server parameters by their PostgreSQL names, for example `track_io_timing`. */
  configure(clusterId: string, parameters: Readonly<Record<string, string>>): Promise<void>;
}

/** One component of an app as it should run: every bindable resolved, every secret in clear. */
export interface RunnableComponent {
  readonly appId: string;
  readonly appName: string;
  readonly name: string;
  readonly kind: "service" | "worker" | "job" | "static_site";
  /** Repository of the image without tag and digest, for example `ghcr.io/tinkertools/operations`; none for git. */
  readonly image: string | undefined;
  readonly runCommand: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly httpPort: number | undefined;
  readonly healthPath: string | undefined;
}

/** One rule of the app's ingress, in order. */
export type IngressRoute = {
  readonly prefix: string;
  /** Exact host name that the rule is for; any host where it is left out. */
  readonly authority?: string;
} & (
  | { readonly component: string; readonly preservePathPrefix: boolean; readonly rewrite?: string }
  | {
      readonly redirect: {
        readonly uri?: string;
        readonly authority?: string;
        readonly scheme?: string;
        readonly port?: number;
        readonly code: number;
      };
    }
);

export interface ServedApp {
  readonly appId: string;
  readonly appName: string;
  readonly components: readonly RunnableComponent[];
  readonly routes: readonly IngressRoute[];
}

/** What one component did: shown in listings and logs. */
export interface ComponentStatus {
  readonly name: string;
  /** "process" for a component whose image is the operations image, else "placeholder". */
  readonly runsAs: "process" | "placeholder";
}

export interface AppRuntime {
  /** Runs one job to its end. A placeholder job succeeds at once and its log says that it is a placeholder. */
  runJob(
    job: RunnableComponent,
  ): Promise<{ exitCode: number; log: string; runsAs: ComponentStatus["runsAs"] }>;
  /** Makes what the app serves match, replacing what it served before; answers with the app's own address. */
  serve(app: ServedApp): Promise<{ url: string; components: ComponentStatus[] }>;
  /** Address that the app has or will have, before its first deployment too. */
  address(appId: string): Promise<string>;
  stop(appId: string): Promise<void>;
}
