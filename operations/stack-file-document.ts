import { type Document, LineCounter, parseDocument } from "yaml";
import { OperationFault } from "./fault.ts";
import { type Writing, writingOf } from "./stack-file-writing.ts";

/** What a stack file says, and how it says it. */
export interface Written {
  content: unknown;
  writing: Writing;
}

/**
 * Reads YAML as the engine does, in spite of what the engine refuses or reads as something else: that is among the faults.
 *
 * @throws OperationFault where nothing of it can be used, with the line
 */
export function writtenIn(source: string, path: string): Written {
  const lines = new LineCounter();
  const document = documentIn(source, lines, path);
  // Keys that stand there twice are told with everything else.
  const [fault] = document.errors.filter(({ code }) => code !== "DUPLICATE_KEY");
  if (fault?.code === "MULTIPLE_DOCS")
    throw new OperationFault(`${path} must hold one document: remove the line --- and what follows it`);
  const [text = ""] = fault?.message.split("\n") ?? [];
  if (text.startsWith("Maximum call stack")) throw new OperationFault(`${path} must not be nested so deep`);
  if (fault !== undefined) throw new OperationFault(`${path} is no YAML: ${text.replace(/[:\s]+$/, "")}`);
  const writing = writingOf(document, (offset) => lines.linePos(offset).line);
  return { content: contentOf(document, path), writing };
}

/** Text that is nested without end would end the program that reads it. */
function documentIn(text: string, lineCounter: LineCounter, path: string): Document {
  try {
    return parseDocument(text, { lineCounter, schema: "core", merge: true, resolveKnownTags: false });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new OperationFault(`${path} must not be nested so deep`);
  }
}

/** The values of a document, whose repeated parts (aliases) a hostile file could multiply without end. */
function contentOf(document: Document, path: string): unknown {
  try {
    const content: unknown = document.toJS({ maxAliasCount: 100 });
    JSON.stringify(content);
    return content;
  } catch (error) {
    if (error instanceof RangeError) throw new OperationFault(`${path} must not be nested so deep`);
    if (error instanceof Error && error.message.startsWith("Merge sources"))
      throw new OperationFault(`${path} must merge blocks only: what stands behind << is none`);
    if (!(error instanceof ReferenceError || error instanceof TypeError)) throw error;
    throw new OperationFault(`${path} must not refer to itself, nor repeat parts (&, *) many times`);
  }
}
