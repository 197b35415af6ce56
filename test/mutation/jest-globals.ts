/** As much of Jest as the tests use, without its processes: a run of a suite takes milliseconds. */
export { expect } from "expect";

type Body = (...values: never[]) => unknown;

interface Group {
  before: Body[];
  after: Body[];
  beforeEach: Body[];
  afterEach: Body[];
  tests: Body[];
  groups: Group[];
}

const emptyGroup = (): Group => ({
  before: [],
  after: [],
  beforeEach: [],
  afterEach: [],
  tests: [],
  groups: [],
});
let root = emptyGroup();
let current = root;

export const beforeAll = (body: Body) => current.before.push(body);
export const afterAll = (body: Body) => current.after.push(body);
export const beforeEach = (body: Body) => current.beforeEach.push(body);
export const afterEach = (body: Body) => current.afterEach.push(body);
const addTest = (_name: string, body: Body): void => {
  current.tests.push(body);
};
const addGroup = (_name: string, body: Body): void => {
  const outer = current;
  const group = emptyGroup();
  outer.groups.push(group);
  current = group;
  (body as () => void)();
  current = outer;
};

const eachOf = (add: typeof addTest) => (table: readonly unknown[]) => (name: string, body: Body) => {
  for (const row of table) {
    const values = (Array.isArray(row) ? row : [row]) as never[];
    add(name, () => body(...values));
  }
};

export const test = Object.assign(addTest, { each: eachOf(addTest) });
export const it = test;
export const describe = Object.assign(addGroup, { each: eachOf(addGroup) });

/** Runs what was registered since the last run, up to the first failure, which it throws. */
export async function runRegistered(): Promise<void> {
  const group = root;
  root = emptyGroup();
  current = root;
  await runGroup(group, [], []);
}

async function runGroup(group: Group, outerBefore: Body[], outerAfter: Body[]): Promise<void> {
  const { before, tests, groups, after } = group;
  const beforeEachTest = [...outerBefore, ...group.beforeEach];
  const afterEachTest = [...group.afterEach, ...outerAfter];
  for (const body of before) await body();
  for (const body of tests) for (const step of [...beforeEachTest, body, ...afterEachTest]) await step();
  for (const inner of groups) await runGroup(inner, beforeEachTest, afterEachTest);
  for (const body of after) await body();
}
