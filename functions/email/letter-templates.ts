/**
 * The one layout of our mails: a single column for phones, inline styles, colours that also stand on dark ground. A
 * command breaks between its words alone: phones break lines after hyphens.
 */
export const LETTER_HTML = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{{ subject }}</title>
<style>
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background: #10171e !important; }
  .card { background: #1a242e !important; color: #e8eef3 !important; }
  .quiet { color: #a9b8c4 !important; }
  .line { border-color: #33424f !important; }
  .link { color: #7cc0f5 !important; }
  .code { background: #10171e !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#eef2f5;">
<div style="display:none;max-height:0;overflow:hidden;">{{ preview }}</div>
<div role="article" aria-label="{{ title }}" class="card" style="max-width:560px;margin:0 auto;padding:24px 20px;background:#ffffff;color:#17212b;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;overflow-wrap:anywhere;word-break:break-word;">
<h1 style="margin:0 0 8px;font-size:22px;line-height:1.25;">{{ title }}</h1>
<p style="margin:0 0 20px;">{{ intro }}</p>
{%- if changes.length > 0 %}
<h2 style="margin:0 0 8px;font-size:17px;">What changed</h2>
<ul style="margin:0 0 20px;padding-left:20px;">
{%- for change in changes %}
<li style="margin:0 0 6px;"><strong>{{ change.label }}</strong>: <s class="quiet" style="color:#5b6b78;">{{ change.from }}</s> → {{ change.to }}</li>
{%- endfor %}
</ul>
{%- endif %}
<dl style="margin:0 0 20px;">
{%- for fact in facts %}
<dt class="quiet" style="color:#5b6b78;font-size:14px;">{{ fact.label }}</dt>
<dd style="margin:0 0 10px;">{% if fact.url %}<a href="{{ fact.url }}" class="link" style="color:#1a6fb5;">{{ fact.value }}</a>{% else %}{{ fact.value }}{% endif %}</dd>
{%- endfor %}
</dl>
{%- for action in actions %}
<p style="margin:0 0 6px;"><a href="{{ action.url }}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#0f5c9a;color:#ffffff;font-weight:600;text-decoration:none;">{{ action.label }}</a></p>
<p class="quiet" style="margin:0 0 20px;color:#5b6b78;font-size:14px;">{{ action.hint }}</p>
{%- endfor %}
{%- for note in notes %}
<h2 style="margin:0 0 8px;font-size:17px;">{{ note.label }}</h2>
<p style="margin:0 0 20px;">{{ note.text | escape | newline_to_br | replace: '<br />', '<br>' | raw }}</p>
{%- endfor %}
{%- for list in lists %}
<h2 style="margin:0 0 8px;font-size:17px;">{{ list.label }}</h2>
<ul style="margin:0 0 20px;padding-left:20px;">
{%- for line in list.lines %}
<li style="margin:0 0 6px;">{{ line.name }}, <span class="quiet" style="color:#5b6b78;">{{ line.detail }}</span>{% if line.state %} — {{ line.state }}{% endif %}
{%- if line.command %}<br><code class="code" style="display:inline-block;margin:4px 0 6px;padding:6px 8px;border-radius:6px;background:#eef2f5;font-size:14px;">{% assign words = line.command | split: ' ' %}{% for word in words %}<span style="white-space:nowrap;">{{ word }}</span>{% unless forloop.last %} {% endunless %}{% endfor %}</code>{% endif %}</li>
{%- endfor %}
</ul>
{%- endfor %}
<p class="quiet line" style="margin:0;padding-top:12px;border-top:1px solid #d8e0e6;color:#5b6b78;font-size:13px;">{{ footer }}</p>
</div>
</body>
</html>
`;

/** The same content for readers without HTML. */
export const LETTER_TEXT = `{{ title }}

{{ intro }}
{% if changes.length > 0 %}
What changed
{%- for change in changes %}
- {{ change.label }}: {{ change.from }} → {{ change.to }}
{%- endfor %}
{% endif %}
{%- for fact in facts %}
{{ fact.label }}: {{ fact.value }}{% if fact.url %} {{ fact.url }}{% endif %}
{%- endfor %}
{% for action in actions %}
{{ action.label }}:
{{ action.url }}
{{ action.hint }}
{% endfor %}
{%- for note in notes %}
{{ note.label }}
{{ note.text }}
{% endfor %}
{%- for list in lists %}
{{ list.label }}
{%- for line in list.lines %}
- {{ line.name }} — {{ line.detail }}{% if line.state %} — {{ line.state }}{% endif %}
{%- if line.command %}
  {{ line.command }}{% endif %}
{%- endfor %}
{% endfor %}
-- {{ '' }}
{{ footer }}
`;
