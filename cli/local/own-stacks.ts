import { existsSync } from "node:fs";
import { registries } from "../../catalog/registries.ts";
import type { StackSettings } from "../../components/config.ts";
import { PromotionSettings } from "../../components/verify.settings.ts";
import { allComponents } from "../../components/web-app/components.ts";
import { LocalFault } from "../../local/fault.ts";
import type { OwnStack } from "../../local/stack/pipeline.ts";
import type { SessionContext } from "../../local/stack/session.ts";
import { ownStackFile } from "../../local/stack/stack-files.ts";
import { localStatus } from "../../local/status.ts";
import { settingsOfStack, stackFileOf } from "../../operations/release/stack.ts";

/** A local stack as the pipeline of its product knows it. */
export function ownStack({ home }: SessionContext, stack: string, named?: string): OwnStack {
  const file = ownStackFile(home, stack, named);
  return ownStackOf(settingsOfStack(stack, file), stackFileOf(stack, file));
}

/** The stack that was named, or all that are up here. @throws LocalFault where there is none */
export async function chosenStacks(
  local: SessionContext,
  { stack, stackFile }: { readonly stack?: string; readonly stackFile?: string },
): Promise<OwnStack[]> {
  if (stack !== undefined) return [ownStack(local, stack, stackFile)];
  if (stackFile !== undefined) throw new LocalFault("--stack must say which stack --stack-file is of");
  const stacks = await ownStacks(local);
  if (stacks.length === 0)
    throw new LocalFault("there is no local stack with a file: bring one up with `npm start` first");
  return stacks;
}

/** The stacks that are up on this machine and have a file. */
export async function ownStacks(local: SessionContext): Promise<OwnStack[]> {
  const names = Object.keys((await localStatus(local)).stacks);
  return names
    .filter((stack) => existsSync(stackFileOf(stack, ownStackFile(local.home, stack, undefined))))
    .map((stack) => ownStack(local, stack));
}

function ownStackOf(settings: StackSettings, file: string): OwnStack {
  const { stack, product, delivery, repository: rules } = settings;
  const promotion = settings.promotion ?? PromotionSettings.parse({});
  return {
    stack,
    file,
    product: product.repository,
    home: { repository: promotion.repository ?? product.repository, branch: promotion.base },
    branches: [
      promotion.branch,
      ...(delivery?.branch === undefined ? [] : [delivery.branch]),
      ...Object.keys(rules?.branches ?? {}),
      ...builtFrom(settings),
    ],
    images: imagesOf(settings),
  };
}

/** Branches of the product's repository that the platform builds components from. */
function builtFrom({ app, product }: StackSettings): string[] {
  return componentsOf(app).flatMap(({ settings: { github } }) =>
    github === undefined || (github.repository ?? product.repository) !== product.repository
      ? []
      : [github.branch],
  );
}

function imagesOf({ app }: StackSettings): OwnStack["images"] {
  const entries = componentsOf(app).flatMap(({ name, settings }) => {
    if (!("image" in settings) || settings.image === undefined) return [];
    const { registry, repository } = settings.image;
    return [[name, { registry: registries[registry].host, repository }] as const];
  });
  return Object.fromEntries(entries);
}

const componentsOf = (app: StackSettings["app"]) => (app === undefined ? [] : allComponents(app));
