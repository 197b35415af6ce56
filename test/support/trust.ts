/** What a token of GitHub says of the job that carries it, by claim. */
export type Claims = Readonly<Record<string, string>>;

interface Statement {
  Effect: string;
  Principal: { Federated?: string };
  Action: string;
  Condition?: Record<string, Record<string, string | string[]>>;
}

const issuer = "token.actions.githubusercontent.com";

/**
 * Whether AWS would give a role to who shows these claims: the part of IAM's evaluation that trust policies of web
 * identities need. What it does not know refuses, and so does a policy that asks for neither audience nor subject.
 */
export function mayTakeRole(trustPolicy: string, claims: Claims): boolean {
  const { Statement: statements } = JSON.parse(trustPolicy) as { Statement: Statement[] };
  const matching = statements.filter(
    ({ Action, Principal, Condition = {} }) =>
      Action === "sts:AssumeRoleWithWebIdentity" &&
      Principal.Federated?.endsWith(`:oidc-provider/${issuer}`) === true &&
      Object.entries(Condition).every(([operator, conditions]) =>
        Object.entries(conditions).every(([key, wanted]) =>
          isMet(
            operator,
            key.startsWith(`${issuer}:`) ? claims[key.slice(issuer.length + 1)] : undefined,
            wanted,
          ),
        ),
      ),
  );
  return matching.length > 0 && matching.every(({ Effect }) => Effect === "Allow");
}

function isMet(operator: string, value: string | undefined, wanted: string | string[]): boolean {
  const patterns = [wanted].flat();
  if (value === undefined) return false;
  if (operator === "StringEquals") return patterns.includes(value);
  if (operator === "StringLike") return patterns.some((pattern) => wildcard(pattern).test(value));
  return false;
}

const wildcard = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "s",
  );
