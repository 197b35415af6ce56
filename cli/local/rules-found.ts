import { todayDate } from "../../components/internal/days.ts";
import { planDocument } from "../../operations/plan/document.ts";
import { planStacks, stackFiles } from "../../operations/plan/stacks.ts";
import { toldHere } from "../../operations/plan/words.ts";
import type { StackOptions } from "./request.ts";

/** How many rules a stack breaks that nobody waived. */
export interface RulesBroken {
  readonly errors: number;
  readonly warnings: number;
}

/** What `slipway plan` would say of the rules; undefined where there is no plan. */
export async function rulesBroken({ stack, stackFile }: StackOptions): Promise<RulesBroken | undefined> {
  const files = stackFiles(stack, stackFile === undefined ? [] : [stackFile]);
  const { stacks } = planDocument(await planStacks(files), todayDate());
  const [planned] = stacks;
  if (planned === undefined) return undefined;
  const counting = toldHere(planned).filter(({ waived }) => waived === undefined);
  const count = (kind: string): number => counting.filter(({ severity }) => severity === kind).length;
  return { errors: count("error"), warnings: count("warning") };
}

/** One line about them, with the command that lists them; none where no rule is broken. */
export function rulesLine(
  broken: RulesBroken | undefined,
  { stack, stackFile }: Pick<StackOptions, "stack" | "stackFile">,
): string[] {
  if (broken === undefined) return [];
  const parts = [
    ...(broken.errors > 0 ? [counted(broken.errors, "error")] : []),
    ...(broken.warnings > 0 ? [counted(broken.warnings, "warning")] : []),
  ];
  if (parts.length === 0) return [];
  const file = stackFile === undefined ? "" : ` --stack-file ${stackFile}`;
  return [
    `policy: ${parts.join(" and ")}: \`npm run -s slipway -- plan --stack ${stack}${file}\` lists them`,
  ];
}

/** `1 rule`, `2 rules`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
