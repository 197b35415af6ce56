// The engine's runner loads this without await, and type-checks it unless it is plain JavaScript.
import { servePack } from "./pack/serve.ts";

servePack();
