import { type ReactNode, useState } from "react";
import { Input, Label, SearchField } from "react-aria-components";

/** Number of pairs from which there is a search for them. */
const MANY = 12;

type Props = { title: string; id: string; pairs: readonly { key: string; value: string }[] };

/** Pairs of a key and a value that do not change, with a search if there are many. */
export function Params({ title, id, pairs }: Props): ReactNode {
  const [search, setSearch] = useState("");
  const wanted = search.toLowerCase();
  const shown = pairs.filter(({ key, value }) => `${key} ${value}`.toLowerCase().includes(wanted));
  return (
    <section className="panel" aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>
          {title} <span className="soft small">{pairs.length}</span>
        </h2>
        {pairs.length < MANY ? null : (
          <SearchField value={search} onChange={setSearch}>
            <Label className="visually-hidden">Find in {title.toLowerCase()}</Label>
            <Input className="input" placeholder="Find" />
          </SearchField>
        )}
      </div>
      {pairs.length === 0 ? <p className="soft">None was logged.</p> : null}
      <dl className="facts">
        {shown.map(({ key, value }) => (
          <Pair key={key} name={key} value={value} />
        ))}
      </dl>
    </section>
  );
}

function Pair({ name, value }: { name: string; value: string }): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
