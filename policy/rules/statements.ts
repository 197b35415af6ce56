import { at, isUnknown, list, texts } from "../values.ts";

/** One statement of a policy document, with lists where a document may have single values. */
export interface Statement {
  effect: string;
  principal: unknown;
  /** As written; actions of IAM do not tell capitals from small letters. */
  actions: string[];
  notActions: string[];
  resources: string[];
  notResources: string[];
  condition: unknown;
}

/** The statements of a document; undefined where it is not known yet. What is no document has none. */
export function statements(document: unknown): Statement[] | undefined {
  if (isUnknown(document)) return undefined;
  return list(at(parsed(document), "Statement")).map((one) => ({
    effect: String(at(one, "Effect")),
    principal: at(one, "Principal"),
    actions: texts(at(one, "Action")),
    notActions: texts(at(one, "NotAction")),
    resources: texts(at(one, "Resource")),
    notResources: texts(at(one, "NotResource")),
    condition: at(one, "Condition"),
  }));
}

function parsed(document: unknown): unknown {
  if (typeof document !== "string") return document;
  try {
    return JSON.parse(document);
  } catch {
    return undefined;
  }
}

/** Whether a statement is about an action, in small letters: by name, by a star in it, or by not leaving it out. */
export function grants(
  { actions, notActions }: Pick<Statement, "actions" | "notActions">,
  action: string,
): boolean {
  if (notActions.length > 0) return !notActions.some((pattern) => fits(pattern, action));
  return actions.some((pattern) => fits(pattern, action));
}

function fits(pattern: string, text: string): boolean {
  const form = pattern
    .toLowerCase()
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${form}$`).test(text);
}
