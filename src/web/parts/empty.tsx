import type { ReactNode } from "react";

/**
 * What a page, or a part of one, says where it has nothing to show, and what to do about it.
 *
 * @param isPage  it is all that the page shows, so its title is the page's
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
