// Says on <html> which reading of the page shows, by the reader's clock: before anything is painted, and again
// whenever the page is looked at anew. What it cannot read counts as before the charter, with photos open.
(function () {
  var root = document.documentElement;
  function at(name) {
    return Date.parse(root.getAttribute('data-' + name) || '');
  }
  function decide() {
    var now = Date.now();
    root.setAttribute('data-phase', now >= at('end') ? 'after' : now >= at('day') ? 'day' : 'before');
    root.setAttribute('data-photos', now >= at('photos-until') ? 'closed' : 'open');
  }
  // The guest's key is in the fragment alone, so a link that leads to the same page has to take it along.
  function keepKey() {
    root.toggleAttribute('data-key', Boolean(new URLSearchParams(location.hash.slice(1)).get('k')));
    document.querySelectorAll('a[data-keep-key]').forEach(function (link) {
      link.hash = location.hash;
    });
  }
  decide();
  keepKey();
  document.addEventListener('visibilitychange', decide);
  addEventListener('pageshow', decide);
  addEventListener('hashchange', keepKey);
  document.addEventListener('DOMContentLoaded', keepKey);
})();
