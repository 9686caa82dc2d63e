/** Ends with 0 when the program in this container answers 200 on the given path (livez or readyz). */
const { ENTREPOT_HTTP_PORT = '8080' } = process.env;
const { ok } = await fetch(`http://127.0.0.1:${ENTREPOT_HTTP_PORT}/${process.argv[2]}`);
process.exit(ok ? 0 : 1);
