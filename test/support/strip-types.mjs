import { stripTypeScriptTypes } from "node:module";

/** Runs TypeScript in jest the way Node runs it: types are stripped, nothing else changes. */
export default { process: (source) => ({ code: stripTypeScriptTypes(source) }) };
