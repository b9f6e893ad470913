/** Makes elements without markup strings: a page may demand Trusted Types, and forbids inline style and script. */

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
  ...children: Node[]
): HTMLElementTagNameMap[K] {
  const node = Object.assign(document.createElement(tag), properties);
  for (let index = 0; index < children.length; index++) node.appendChild(children[index] as Node);
  return node;
}
