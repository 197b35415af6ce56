/** Where a variable's secret is kept, and which names give it away. */

const publishingPrefixes = [
  "VITE_",
  "NEXT_PUBLIC_",
  "NUXT_PUBLIC_",
  "REACT_APP_",
  "GATSBY_",
  "VUE_APP_",
  "PUBLIC_",
  "EXPO_PUBLIC_",
  "NG_APP_",
];

/** The start of a name by which build tools put its value into public files. */
export const publishingPrefix = (name: string): string | undefined =>
  publishingPrefixes.find((prefix) => name.startsWith(prefix));

/** The key of the stack file that suits a variable: `stripeToken` for `STRIPE_TOKEN`. */
export function secretKeyFor(name: string): string {
  const [first = "", ...rest] = name.toLowerCase().split("_").filter(Boolean);
  return [first, ...rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join("");
}
