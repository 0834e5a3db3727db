/** An id that nothing else has. Browsers give one only where the page comes over TLS or from this machine. */
export const newId = () => (crypto.randomUUID ? crypto.randomUUID()
  : `${Date.now()}-${Math.random().toString(36).slice(2)}`);
