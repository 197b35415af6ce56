import { existsSync } from "node:fs";
import { join } from "node:path";
import { homeDirectory } from "../local/home.ts";
import { LocalSecrets } from "../local/stack/secrets.ts";

/** Names of the secrets that this machine has made up for a stack. */
export const localSecretNames = (stack: string): string[] =>
  existsSync(join(homeDirectory(), "secrets"))
    ? Object.keys(new LocalSecrets(homeDirectory()).read(stack))
    : [];
