/** Variables by which a person steers the real engine or real clouds. */
const ofAccounts = /^(PULUMI_(?!HOME$)|(AWS|DIGITALOCEAN|SPACES|GITHUB|GH)_)/;

/** The environment without what belongs to real accounts and to a real engine: the local way knows nothing of them. */
export function withoutAccounts(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !ofAccounts.test(name)));
}

/** Makes this process, which runs the program too, forget what belongs to real accounts. */
export function forgetAccounts(): void {
  for (const name of Object.keys(process.env)) if (ofAccounts.test(name)) delete process.env[name];
}
