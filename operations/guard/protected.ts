/** How the engine (3.253.0) says that a protected resource keeps a change from going on. */
const forms = [
  /^resource "([^"]+)" cannot be deleted\s+because it is protected\./,
  /^unable to replace resource "([^"]+)"\s+(?:as part of replacing "[^"]*"\s+)?as it is currently marked for protection\./,
];

/** The URN of the protected resource that an error of the engine is about; undefined where it is about something else. */
export function protectedUrn(message: string): string | undefined {
  const text = message
    .trim()
    .replace(/^error: /, "")
    .replace(/^Preview failed: /, "");
  return forms.map((form) => form.exec(text)?.[1]).find((urn) => urn !== undefined);
}

/** How its owner gives a protected resource up. */
export const givingUp = (stack: string, urn: string): string =>
  `to give it up on purpose, back it up, have an owner run \`pulumi state unprotect --stack ${stack} '${urn}'\`, and make the preview again`;

/** Why a change of a stack stops at a protected resource, and how it goes on. */
export const protectedText = (stack: string, urn: string): string =>
  `${urn.split("::").slice(3).join("::")} must stay, since ${stack} is protected: put it back into the settings; ${givingUp(stack, urn)}`;
