/** One site's domain at the end of a pattern: two names or more with escaped dots, and perhaps a port. */
const ownSite = /^(?:[a-z0-9-]+\\\.)+[a-z][a-z0-9-]*[a-z0-9](?::(?:\d+|\[0-9\]\+|\\d\+))?$/;
const thisMachine = /^localhost(?::(?:\d+|\[0-9\]\+|\\d\+))?$/;

/** Names before it: characters, classes of them and groups. */
const names = /^(?:\[[^\]]+\]|\\[w.-]|[a-z0-9.|*+?()-]|\(\?:)*$/;

/** Whether what stands before a site's domain can only be names that end in a dot, or nothing. */
function endsInDot(before: string): boolean {
  if (before === "") return true;
  if (!names.test(before)) return false;
  // A choice outside a group is one between whole patterns.
  if (before.replace(/\([^()]*\)/g, "").includes("|")) return false;
  const optional = /^\((?:\?:)?([^()|]*)\\\.\)[?*]$/.test(before);
  return optional || before.endsWith("\\.") || /\([^()|]*\\\.\)$/.test(before);
}

/**
 * Whether a pattern of origins (RE2) lets in only the hosts of one site: it is whole, from ^ to $, and ends in a domain
 * whose dots are dots. Whatever is put together otherwise may let in anybody, and nobody sees it.
 */
export function namesOwnSite(pattern: string): boolean {
  const inner = /^\^https?\??:\/\/(.+)\$$/.exec(pattern.replaceAll("\\/", "/"))?.[1];
  if (inner === undefined) return false;
  if (thisMachine.test(inner)) return true;
  for (let start = 0; start < inner.length; start++)
    if (ownSite.test(inner.slice(start)) && endsInDot(inner.slice(0, start))) return true;
  return false;
}
