import { github } from "../../../../local/providers/github/index.ts";
import type {
  ConfiguredProvider,
  FunctionHandler,
  Properties,
  ResourceHandler,
} from "../../../../local/providers/resource.ts";
import { type LocalGitHub, localGitHub } from "../../apis/github/server.ts";

/** The provider, configured for a local GitHub of its own with `octo-org/shop` in it. */
export interface Connected {
  readonly api: LocalGitHub;
  handler(name: string): ResourceHandler;
  call(name: string, args: Properties): Promise<Properties>;
  /** Method and path of the requests since the last call, reads of the owner and the repository left out. */
  writes(): string[];
  close(): Promise<string[]>;
}

const typeToken = (name: string): string =>
  `github:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;

/** Connects without pauses or retries. */
export async function connected(more: Properties = {}): Promise<Connected> {
  const api = await localGitHub();
  const provider: ConfiguredProvider = await github.configure({
    token: "t0ken",
    baseUrl: `${api.url}/`,
    owner: "octo-org",
    writeDelayMs: "0",
    maxRetries: "0",
    ...more,
  });
  const found = <T>(map: Readonly<Record<string, T>>, token: string): T => {
    const value = map[token];
    if (value === undefined) throw new Error(`no ${token}`);
    return value;
  };
  return {
    api,
    handler: (name) => found(provider.resources, typeToken(name)),
    call: (name, args) => found<FunctionHandler>(provider.functions, `github:index/${name}:${name}`)(args),
    writes: () =>
      api.requests
        .splice(0)
        .filter(({ effect }) => effect === "write")
        .map(({ method, path }) => `${method} ${path}`),
    close: () => api.close(),
  };
}

/** A time as the provider keeps it. */
export const goTimePattern = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC$/;
