import { Option } from "commander";

/** The option by which every command prints one JSON document. */
export const jsonOption = (): Option =>
  new Option("--json", "print one JSON document and nothing else on standard output");

/** The option of a command that prints in several forms; it takes `jsonFormOption` beside it. */
export const formatOption = (formats: readonly string[], usual: string, description = "the form"): Option =>
  new Option("--format <format>", description).choices(formats).default(usual);

/** `--json` of a command that prints in several forms. */
export const jsonFormOption = (): Option =>
  new Option("--json", "the same as --format json").conflicts("format");

/** The form that was asked for. */
export const formOf = <F extends string>({ format, json }: { format: F; json?: boolean }): F | "json" =>
  json ? "json" : format;
