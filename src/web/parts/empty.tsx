import type { ReactNode } from "react";

/**
 * Empty state of a page or a part of one, with the next action.
 *
 * @param isPage true for a whole page, whose title it then is
 */
export function Empty({
  title,
  isPage = false,
  children,
}: {
  title: string;
  isPage?: boolean;
  children?: ReactNode;
}): ReactNode {
  const Title = isPage ? "h1" : "h2";
  return (
    <div className="empty">
      <Title>{title}</Title>
      {children}
    </div>
  );
}
