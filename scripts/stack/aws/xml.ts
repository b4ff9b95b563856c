/** An XML element; children are elements already made, or a text to escape. */
export function element(
  name: string,
  content: string | number | boolean | readonly Xml[],
  namespace?: string,
): Xml {
  const inner = Array.isArray(content)
    ? content.map((child: Xml) => child.xml).join('')
    : escape(String(content));
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return { xml: `<${name}${attribute}>${inner}</${name}>` };
}

export interface Xml {
  readonly xml: string;
}

export function xmlResponse(root: Xml, init: ResponseInit = {}): Response {
  const headers = new Headers(init.headers);
  headers.set('content-type', 'application/xml');
  return new Response(`<?xml version="1.0" encoding="UTF-8"?>\n${root.xml}`, { ...init, headers });
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

const escape = (text: string): string => text.replace(/[&<>"\r]/g, (character) => entities[character]!);
