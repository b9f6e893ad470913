export const Direction = () => null;
