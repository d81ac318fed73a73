/**
 * Words before a number of a purchase, a parcel, a part or a version, which may by chance have the check digit of
 * another kind of number.
 */
export const NUMBERS_OF_TRADE: readonly string[] = (
  "order invoice tracking ticket case reference ref confirmation item sku product part model serial isbn issn upc ean " +
  "version build transaction receipt booking batch lot parcel shipment package quote po bestellnummer rechnungsnummer " +
  "auftragsnummer pedido factura albarán envío referencia artículo presupuesto commande facture ordine fattura"
).split(" ");
